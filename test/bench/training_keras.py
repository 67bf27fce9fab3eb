"""Keras's side of the training bench: the same network, batch size and bytes, with oneDNN on.

Reads one command a line (`train` or `predict`) and answers each with a line of JSON, so that the two programs can take
turns. Images: FOLDER/images.u8, RGB bytes of 128 x 128; labels: FOLDER/labels.i32; network: FOLDER/model.keras.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf


def main(folder, batch_size):
    folder, batch_size = Path(folder), int(batch_size)
    images = np.fromfile(folder / "images.u8", np.uint8).reshape(-1, 128, 128, 3)
    labels = np.fromfile(folder / "labels.i32", "<i4")
    model = keras.models.load_model(folder / "model.keras")
    model.compile(
        optimizer=keras.optimizers.Adam(0.001),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    data = tf.data.Dataset.from_tensor_slices((images, labels))
    training = data.shuffle(len(labels), seed=1).batch(batch_size).prefetch(tf.data.AUTOTUNE)
    prediction = tf.data.Dataset.from_tensor_slices(images).batch(batch_size).prefetch(tf.data.AUTOTUNE)
    commands = {
        "train": lambda: model.fit(training, epochs=1, verbose=0),
        "predict": lambda: model.predict(prediction, verbose=0),
    }
    for command in commands.values():
        command()
    print(json.dumps({"versions": {"keras": keras.__version__, "tensorflow": tf.__version__}}), flush=True)
    for line in sys.stdin:
        before, cpu_before = time.perf_counter(), time.process_time()
        commands[line.strip()]()
        seconds, cpu_seconds = time.perf_counter() - before, time.process_time() - cpu_before
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"seconds": seconds, "cpuSeconds": cpu_seconds, "peakBytes": peak}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
