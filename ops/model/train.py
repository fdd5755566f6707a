"""Trains a boosted model on the rows of `selfsame pairs`: ops/model/python train ROWS... --out DIR"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np

from calibration import platt, probabilities, reliability
from card import card, plot
from rows import read_rows
from trees import learn, margins, to_onnx


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="+", help="files that `selfsame pairs` wrote")
    parser.add_argument("--out", required=True, type=Path, help="folder of the model")
    parser.add_argument("--trees", type=int, default=150)
    chosen = parser.parse_args()

    rows = read_rows(chosen.rows)
    booster = learn(rows.x["train"], rows.y["train"], rows.features, trees=chosen.trees)
    onnx = to_onnx(booster, len(rows.features))
    calibrating = margins(booster, rows.x["calibrate"], rows.features)
    # As they are written, so that everybody computes with the same.
    slope, intercept = (round(each, 6) for each in platt(calibrating, rows.y["calibrate"]))
    manifest = {
        "format": 1,
        "name": name_of(onnx, rows.features, slope, intercept),
        "features": rows.features,
        "calibration": {"slope": slope, "intercept": intercept},
        "origins": dict(sorted(rows.origins.items())),
    }
    x, same = rows.x["held_out"], rows.y["held_out"]
    p = probabilities(margins(booster, x, rows.features), slope, intercept)
    # Match weights of the weights alone are bits.
    alone = 1 / (1 + np.exp2(-x[:, rows.features.index("total.bits")].astype(np.float64)))
    settings = f"{chosen.trees} trees of depth 4, all features but counts monotone"

    chosen.out.mkdir(parents=True, exist_ok=True)
    (chosen.out / "model.onnx").write_bytes(onnx)
    (chosen.out / "model.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    (chosen.out / "card.md").write_text(card(manifest, settings, (p, same, alone), booster), encoding="utf-8")
    (chosen.out / "reliability.svg").write_text(plot(reliability(p, same)), encoding="utf-8")
    booster.save_model(chosen.out / "xgboost.ubj")
    print(f"{manifest['name']}: {len(onnx):,} bytes, see {chosen.out}/card.md")


def name_of(onnx, features, slope, intercept):
    """As src/matching/boosted.ts names it."""
    identity = "\n".join([*features, f"{slope:.6f}", f"{intercept:.6f}"])
    return "xgb-" + hashlib.sha256(onnx + identity.encode()).hexdigest()[:12]


if __name__ == "__main__":
    main()
