// Trains one step with the tfjs-node found in the folder named, and prints which TensorFlow did it.
'use strict';
const { createRequire } = require('module');
const path = require('path');
const util = require('util');

process.env.TF_CPP_MIN_LOG_LEVEL = '2';
// Node 23 dropped these, and tfjs-node 4.22 still calls them (tensorflow/tfjs#8609).
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray ??= Array.isArray;

async function trainOneStep(folder) {
  const tf = createRequire(path.join(folder, 'package.json'))(folder);
  const inputs = tf.randomUniform([4, 8, 8, 1], 0, 1, 'float32', 1);
  const labels = tf.oneHot(tf.tensor1d([0, 1, 2, 1], 'int32'), 3);
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 2, kernelSize: 3, activation: 'relu' }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 3, activation: 'softmax' }),
    ],
  });
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
  const history = await model.fit(inputs, labels, { epochs: 1, verbose: 0 });
  const loss = Number(history.history.loss[0]);
  if (!Number.isFinite(loss) || loss <= 0) {
    throw new Error(`training one step gave the loss ${loss}`);
  }
  return tf.backend().binding.TF_Version;
}

trainOneStep(path.resolve(process.argv[2])).then(
  (version) => process.stdout.write(version),
  (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  },
);
