"""People who use the demo in these tests. Each test takes its own, so that no other one changes their lists."""

from typing import Final

PASSWORD: Final = "demo"
PATIENTS: Final = tuple(f"patient{number}" for number in range(240))
DOCTORS: Final = tuple(f"doctor{number}" for number in range(160))
#: A conversation of the first patient and the first doctor.
LONG: Final = 500
LONG_TITLE: Final = "A long story"
