"""Trees that XGBoost learned, as ONNX that answers raw margins."""

import json

import numpy as np
import xgboost as xgb
from onnx import TensorProto, checker, helper


def learn(x, y, features, *, trees=150, seed=7):
    """Small trees. More agreement can only help: all features but counts are monotone. One thread: the same trees each time."""
    constraints = tuple(0 if name.endswith(".count") else 1 for name in features)
    settings = {
        "objective": "binary:logistic",
        # Margins begin at 0, so that ONNX and XGBoost add up the same.
        "base_score": 0.5,
        "tree_method": "hist",
        "max_depth": 4,
        "eta": 0.1,
        "min_child_weight": 5,
        "lambda": 2.0,
        "subsample": 0.8,
        "colsample_bytree": 0.7,
        "monotone_constraints": constraints,
        "seed": seed,
        "nthread": 1,
    }
    data = xgb.DMatrix(x, label=y, feature_names=features, missing=np.nan, nthread=1)
    return xgb.train(settings, data, num_boost_round=trees)


def margins(booster, x, features):
    """Raw margins, as 32 bits."""
    data = xgb.DMatrix(x, feature_names=features, missing=np.nan, nthread=1)
    return booster.predict(data, output_margin=True)


def to_onnx(booster, width):
    """A TreeEnsembleRegressor. XGBoost goes left where x < split, in 32 bits: BRANCH_LT, and not BRANCH_LEQ."""
    nodes = {name: [] for name in ("treeids", "nodeids", "featureids", "values", "modes")}
    nodes |= {name: [] for name in ("truenodeids", "falsenodeids", "missing_value_tracks_true")}
    target = {name: [] for name in ("treeids", "nodeids", "ids", "weights")}
    model = json.loads(booster.save_raw("json"))["learner"]["gradient_booster"]["model"]
    for tree_id, tree in enumerate(model["trees"]):
        for node_id, left in enumerate(tree["left_children"]):
            is_leaf = left == -1
            nodes["treeids"].append(tree_id)
            nodes["nodeids"].append(node_id)
            nodes["featureids"].append(0 if is_leaf else tree["split_indices"][node_id])
            nodes["values"].append(0.0 if is_leaf else tree["split_conditions"][node_id])
            nodes["modes"].append("LEAF" if is_leaf else "BRANCH_LT")
            nodes["truenodeids"].append(0 if is_leaf else left)
            nodes["falsenodeids"].append(0 if is_leaf else tree["right_children"][node_id])
            nodes["missing_value_tracks_true"].append(0 if is_leaf else int(tree["default_left"][node_id]))
            if is_leaf:
                target["treeids"].append(tree_id)
                target["nodeids"].append(node_id)
                target["ids"].append(0)
                # Of a leaf XGBoost keeps its weight where others keep their split.
                target["weights"].append(tree["split_conditions"][node_id])
    regressor = helper.make_node(
        "TreeEnsembleRegressor",
        ["features"],
        ["margins"],
        domain="ai.onnx.ml",
        n_targets=1,
        aggregate_function="SUM",
        post_transform="NONE",
        **{f"nodes_{name}": values for name, values in nodes.items()},
        **{f"target_{name}": values for name, values in target.items()},
    )
    graph = helper.make_graph(
        [regressor],
        "selfsame",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, width])],
        [helper.make_tensor_value_info("margins", TensorProto.FLOAT, [None, 1])],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    onnx = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="selfsame")
    checker.check_model(onnx)
    return onnx.SerializeToString(deterministic=True)


def split_points(booster, width):
    """The values at which each feature is split, as 32 bits."""
    points = [set() for _ in range(width)]
    for tree in json.loads(booster.save_raw("json"))["learner"]["gradient_booster"]["model"]["trees"]:
        for node, left in enumerate(tree["left_children"]):
            if left != -1:
                points[tree["split_indices"][node]].add(np.float32(tree["split_conditions"][node]))
    return [np.array(sorted(each), dtype=np.float32) for each in points]
