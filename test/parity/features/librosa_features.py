"""The recipe's features by librosa: reads a JSON list of sound files from stdin, and writes for each, one after the
other, its 128 x 94 mel image in dB (32-bit floats) to the file named as the first argument.

librosa 0.11; the resampler is librosa's own choice, soxr_hq.
"""

import json
import sys

import librosa
import numpy as np

RATE = 16000

with open(sys.argv[1], "wb") as out:
    for path in json.load(sys.stdin):
        y, _ = librosa.load(path, sr=RATE, mono=True)
        y = librosa.util.normalize(y)
        y, _ = librosa.effects.trim(y, top_db=60)
        y = librosa.util.fix_length(y, size=3 * RATE)
        mel = librosa.feature.melspectrogram(y=y, sr=RATE, n_fft=2048, hop_length=512, n_mels=128, power=2)
        out.write(librosa.power_to_db(mel, ref=np.max, top_db=80).astype(np.float32).tobytes())
