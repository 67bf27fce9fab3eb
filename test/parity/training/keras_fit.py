"""Ten steps of Keras from the weights in FOLDER/model.keras, on the images and labels beside it.

keras_fit.py FOLDER BATCH_SIZE LEARNING_RATE WEIGHT_DECAY OUTPUTS LABEL_SMOOTHING  prints the loss of every batch, one a line
The model must have no dropout. OUTPUTS is softmax (label smoothing is not used) or sigmoid, with which every second clip
has the class after its own, too.
"""

import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np


def main(folder, batch_size, learning_rate, weight_decay, outputs, label_smoothing):
    folder, batch_size = Path(folder), int(batch_size)
    model = keras.models.load_model(folder / "model.keras")
    optimizer = keras.optimizers.Adam(float(learning_rate))
    if float(weight_decay) > 0:
        optimizer = keras.optimizers.AdamW(float(learning_rate), weight_decay=float(weight_decay))
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    model.compile(
        optimizer=optimizer,
        loss=(
            keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=float(label_smoothing))
            if outputs == "sigmoid"
            else keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        ),
    )
    images = np.fromfile(folder / "images.u8", np.uint8).reshape(-1, *model.input_shape[1:])
    labels = np.fromfile(folder / "labels.i32", "<i4")
    if outputs == "sigmoid":
        classes = model.output_shape[-1]
        rows = np.arange(len(labels))
        targets = np.zeros((len(labels), classes), np.float32)
        targets[rows, labels] = 1
        targets[rows[1::2], (labels[1::2] + 1) % classes] = 1
        labels = targets
    for start in range(0, len(labels), batch_size):
        batch = slice(start, start + batch_size)
        model.reset_metrics()
        print(repr(float(model.train_on_batch(images[batch], labels[batch]))))


if __name__ == "__main__":
    main(*sys.argv[1:])
