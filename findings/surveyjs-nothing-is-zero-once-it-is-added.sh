#!/usr/bin/env bash
# An unanswered question of SurveyJS is nothing to a comparison and zero to arithmetic: "{weight} < 80" does not hold
# before the question is answered, and "{weight} - 80 < 0", which says the same, does. So a rule of a form changes its
# meaning when a term moves to the other side, and a score of an unfinished form looks like one of a healthy person.
# Beside a text, nothing is an empty text instead of zero. `avg` leaves an unanswered question out, and counts the empty
# text of a question that was answered and cleared.
#
# Seen with survey-core 3.1.1 and node 20: the output below.
# Source: convertForArithmeticOp in the package's survey.core.js; comparisons with nothing are false since
# https://github.com/surveyjs/survey-library/issues/828.
# What follows: here, arithmetic with an unanswered question is empty, and every comparison with that is false; a form
# that is brought over needs coalesce(weight, 0) where it meant zero.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund survey-core@3.1.1 >/dev/null
cat >run.mjs <<'SCRIPT'
import * as loaded from "survey-core";

const { ExpressionRunner, Model } = loaded.default ?? loaded;
const show = (expression, values) =>
    console.log(expression, JSON.stringify(new ExpressionRunner(expression).runValues(values, {})));

show("{weight} < 80", {});
show("{weight} - 80 < 0", {});
show("{weight} + 0 >= 0", {});
show("'weight: ' + {weight}", {});
show("avg({first}, {second})", { second: 4 });
show("avg({first}, {second})", { first: "", second: 4 });

// The same in a whole form: the second text is visible before anything is answered.
const form = new Model({
    elements: [
        { type: "text", inputType: "number", name: "weight" },
        { type: "text", name: "compared", visibleIf: "{weight} < 80" },
        { type: "text", name: "subtracted", visibleIf: "{weight} - 80 < 0" },
    ],
});
console.log(form.getAllQuestions().filter((question) => question.isVisible).map((question) => question.name).join(" "));
SCRIPT
node run.mjs | tee seen
diff seen - <<'EXPECTED'
{weight} < 80 false
{weight} - 80 < 0 true
{weight} + 0 >= 0 true
'weight: ' + {weight} "weight: "
avg({first}, {second}) 4
avg({first}, {second}) 2
weight subtracted
EXPECTED
