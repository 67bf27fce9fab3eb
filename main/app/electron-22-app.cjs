// The entry of a package for tests on Electron 22, which takes no `-r` as `npm start` gives it.
'use strict';
require('./electron-22.cjs');
require('../../out/app.cjs');
