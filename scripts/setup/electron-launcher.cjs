// Becomes `resources/app/index.js` of the fallback Electron, which was cut out of another application and so lacks the
// small default app of Electron's own distribution: the part that understands `electron [-r module] path`.
'use strict';
const { app } = require('electron');
const Module = require('module');
const path = require('path');

const modules = [];
let target;
for (let index = 1; index < process.argv.length && target === undefined; index += 1) {
  const argument = process.argv[index];
  if (argument === '-r' || argument === '--require') {
    index += 1;
    modules.push(process.argv[index]);
  } else if (!argument.startsWith('-')) {
    target = path.resolve(argument);
  }
}

if (target === undefined) {
  process.stderr.write('Name the application to start: electron [-r module] path\n');
  process.exit(2);
}

process.defaultApp = true;
Module._preloadModules(modules);

let folder = path.dirname(target);
try {
  const description = require(path.join(target, 'package.json'));
  folder = target;
  app.setName(description.productName || description.name);
  app.setVersion(description.version);
} catch (error) {
  if (error.code !== 'MODULE_NOT_FOUND') {
    throw error;
  }
}
app.setAppPath(folder);
require(target);
