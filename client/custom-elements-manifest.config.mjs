/** The analyzer must not write its temporary folder into package.json. */
export default { packagejson: false };
