"""Times librosa at the features of the sound files listed on stdin (JSON): load at 16 kHz, normalise, trim, mel
spectrogram, dB. Prints JSON: clips a second in one process with one thread, and with one process for each processor.
"""

import json
import multiprocessing
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = "1"

import librosa  # noqa: E402
import numpy as np  # noqa: E402

RATE = 16000


def image(path):
    y, _ = librosa.load(path, sr=RATE, mono=True)
    y = librosa.util.normalize(y)
    y, _ = librosa.effects.trim(y, top_db=60)
    y = librosa.util.fix_length(y, size=3 * RATE)
    mel = librosa.feature.melspectrogram(y=y, sr=RATE, n_fft=2048, hop_length=512, n_mels=128)
    return librosa.power_to_db(mel, ref=np.max, top_db=80).astype(np.float32)


def rate(run, paths):
    started = time.perf_counter()
    run(paths)
    return len(paths) / (time.perf_counter() - started)


def one_by_one(paths):
    for path in paths:
        image(path)


if __name__ == "__main__":
    files = json.load(sys.stdin)
    one_by_one(files[:10])
    single = rate(one_by_one, files)
    with multiprocessing.Pool(os.cpu_count()) as pool:
        pool.map(image, files[: 10 * os.cpu_count()])
        parallel = rate(lambda paths: pool.map(image, paths, chunksize=8), files)
    print(json.dumps({"librosa": librosa.__version__, "oneThread": single, "allProcessors": parallel}))
