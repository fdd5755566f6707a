"""What XGBoost itself answers on 10,000 rows, for src/matching/parity.test.ts: ops/model/python parity DIR --out FILE

Rows follow a rule that both sides know: a hash of row and feature picks nothing, a split point, its neighbours among
32-bit numbers, or something beyond.
"""

import argparse
import base64
import json
from pathlib import Path

import numpy as np
import xgboost as xgb

from calibration import probabilities
from trees import margins, split_points

ROWS = 10_000


def mix(value):
    """The finaliser of MurmurHash3."""
    value = value.astype(np.uint32)
    value = (value ^ (value >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    value = (value ^ (value >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return value ^ (value >> np.uint32(16))


def column(feature, splits, width):
    drawn = mix(np.arange(ROWS, dtype=np.uint64) * np.uint64(width) + np.uint64(feature))
    sort = drawn % 8
    if len(splits) == 0:
        return np.where(sort < 4, np.float32(np.nan), np.float32(0))
    at = splits[(drawn >> np.uint32(3)) % len(splits)]
    up, down = np.nextafter(at, np.float32(np.inf)), np.nextafter(at, np.float32(-np.inf))
    one = np.float32(1)
    return np.select([sort < 2, sort < 4, sort == 4, sort == 5, sort == 6], [np.float32(np.nan), at, down, up, at - one], at + one)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="folder that `train` wrote")
    parser.add_argument("--out", required=True, type=Path)
    chosen = parser.parse_args()
    manifest = json.loads((chosen.model / "model.json").read_text(encoding="utf-8"))
    booster = xgb.Booster(model_file=chosen.model / "xgboost.ubj")
    features = manifest["features"]
    splits = split_points(booster, len(features))
    rows = np.stack([column(n, points, len(features)) for n, points in enumerate(splits)], axis=1).astype(np.float32)
    expected = probabilities(margins(booster, rows, features), **manifest["calibration"])
    fixture = {
        "model": manifest["name"],
        # In base64: 32-bit numbers a feature; 64-bit numbers.
        "splits": [base64.b64encode(points.tobytes()).decode() for points in splits],
        "probabilities": base64.b64encode(expected.astype("<f8").tobytes()).decode(),
    }
    chosen.out.write_text(json.dumps(fixture) + "\n", encoding="utf-8")
    print(f"{chosen.out}: {ROWS:,} rows by {manifest['name']}")


if __name__ == "__main__":
    main()
