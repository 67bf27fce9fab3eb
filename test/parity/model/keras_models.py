"""The Keras side of the parity tests of `.keras` files.

keras_models.py make FOLDER     writes models of every supported layer kind and their predictions on images.u8
keras_models.py predict FOLDER  writes the predictions of FOLDER/model.keras on images.u8 as predictions.f32
Images are RGB bytes of 128 x 128 pixels.
"""

import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
from keras import layers as L


def sequential_of_every_kind():
    return keras.Sequential(
        [
            L.Input((128, 128, 3)),
            L.Rescaling(1 / 127.5, offset=-1, name="to_unit_range"),
            L.Conv2D(6, (5, 3), strides=(2, 1), padding="same", use_bias=False, name="stem"),
            L.BatchNormalization(momentum=0.9, epsilon=0.01),
            L.ReLU(),
            L.MaxPooling2D((3, 2), strides=2, padding="same"),
            L.Conv2D(8, 3, padding="same", activation="relu", name="body"),
            L.MaxPooling2D(),
            L.Conv2D(7, 3, activation="relu"),
            L.AveragePooling2D((2, 3), strides=(1, 2), padding="same"),
            L.BatchNormalization(center=False, scale=False),
            L.Activation("relu"),
            L.GlobalAveragePooling2D(),
            L.Dropout(0.5),
            L.Flatten(),
            L.Dense(10, activation="relu", name="hidden"),
            L.Dense(5, use_bias=False),
            L.Softmax(),
        ]
    )


def functional_in_one_line():
    x = inputs = L.Input((128, 128, 1), name="spectrogram")
    x = L.Conv2D(3, 3, strides=4, activation="relu")(x)
    x = L.Conv2D(4, 3, strides=4, activation="relu")(x)
    x = L.Flatten()(x)
    return keras.Model(inputs, L.Dense(5, activation="softmax", name="instrument")(x))


def branching():
    inputs = L.Input((128, 128, 1), name="spectrogram")
    x = L.Rescaling(1 / 255)(inputs)
    x = stem = L.MaxPooling2D(4)(L.Conv2D(4, 5, strides=2, padding="same", activation="relu")(x))
    x = L.ReLU()(L.BatchNormalization()(L.Conv2D(6, 3, padding="same", use_bias=False)(x)))
    x = L.BatchNormalization()(L.Conv2D(6, 3, padding="same", use_bias=False)(x))
    x = L.Add()([x, L.BatchNormalization()(L.Conv2D(6, 1, use_bias=False)(stem))])
    x = L.ReLU()(x)
    x = L.Concatenate()([L.GlobalMaxPooling2D()(x), L.GlobalAveragePooling2D()(x)])
    return keras.Model(inputs, L.Dense(5)(x))


def seed_with_logits():
    blocks = []
    for filters in (16, 32, 64):
        blocks += [L.Conv2D(filters, 3, padding="same", activation="relu"), L.MaxPooling2D()]
    return keras.Sequential(
        [L.Input((128, 128, 3)), L.Rescaling(1 / 255), *blocks]
        + [L.Dropout(0.2), L.Flatten(), L.Dense(128, activation="relu"), L.Dropout(0.2), L.Dense(11)]
    )


def sigmoid_outputs():
    inputs = L.Input((128, 128, 1))
    x = L.GlobalAveragePooling2D()(L.Conv2D(6, 5, strides=4, activation="relu")(L.Rescaling(1 / 255)(inputs)))
    return keras.Model(inputs, L.Dense(5, activation="sigmoid")(x))


def randomise(model):
    rng = np.random.default_rng(1)
    for layer in model.layers:
        for variable in layer.weights:
            positive = variable.name in ("gamma", "moving_variance")
            if variable.name != "kernel":
                variable.assign(rng.uniform(0.5, 2, variable.shape) if positive else rng.uniform(-0.5, 0.5, variable.shape))


def probabilities(model, images):
    images = images if model.input_shape[-1] == 3 else images[..., :1]
    outputs = model.predict(images, verbose=0)
    last = model.layers[-1]
    given = (keras.activations.softmax, keras.activations.sigmoid)
    are_probabilities = isinstance(last, L.Softmax) or getattr(last, "activation", None) in given
    return outputs if are_probabilities else keras.ops.convert_to_numpy(keras.ops.softmax(outputs))


def main(command, folder):
    folder = Path(folder)
    images = np.fromfile(folder / "images.u8", np.uint8).reshape(-1, 128, 128, 3)
    if command == "predict":
        model = keras.models.load_model(folder / "model.keras")
        probabilities(model, images).astype("<f4").tofile(folder / "predictions.f32")
        print(keras.__version__)
        return
    keras.utils.set_random_seed(1)
    for name, make in (
        ("sequential", sequential_of_every_kind),
        ("functional", functional_in_one_line),
        ("branching", branching),
        ("seed", seed_with_logits),
        ("sigmoid", sigmoid_outputs),
    ):
        model = make()
        randomise(model)
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.save(folder / f"{name}.keras")
        probabilities(model, images).astype("<f4").tofile(folder / f"{name}.f32")


if __name__ == "__main__":
    main(*sys.argv[1:])
