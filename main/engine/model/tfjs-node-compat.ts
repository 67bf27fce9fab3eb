import * as util from 'node:util';

/** What tfjs-node 4.22 still calls and newer versions of Node no longer have. */
interface RemovedFunctions {
  isNullOrUndefined?: (value: unknown) => boolean;
  isArray?: (value: unknown) => boolean;
}

/**
 * Puts back `util.isNullOrUndefined` and `util.isArray`, which tfjs-node calls and Node 23 removed
 * (https://github.com/tensorflow/tfjs/issues/8609). To be called before tfjs-node is loaded; changes nothing where they exist.
 * @param target the module object that CommonJS code gets from `require('util')`
 */
export function restoreUtilFunctions(target: RemovedFunctions = moduleObjectOf(util)): void {
  target.isNullOrUndefined ??= (value) => value === null || value === undefined;
  target.isArray ??= (value) => Array.isArray(value);
}

/** The mutable object behind an ES module namespace of a built-in (in a CommonJS bundle it is that object itself). */
function moduleObjectOf(namespace: typeof util & { default?: RemovedFunctions }): RemovedFunctions {
  return namespace.default ?? namespace;
}
