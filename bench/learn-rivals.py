"""One rival on one table: trains, predicts, and prints its figures as JSON. Called by learn-rivals.ts.

    python learn-rivals.py sklearn|xgboost|lightgbm|forest|extra FOLDER OPTIONS
    python learn-rivals.py digits FOLDER        (writes scikit-learn's digits as a table)
"""

import json
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"
import numpy as np  # noqa: E402


def read(folder):
    head = json.load(open(f"{folder}/table.json"))
    x = np.fromfile(f"{folder}/values.f64").reshape(head["rows"], head["columns"])
    y = np.fromfile(f"{folder}/labels.i32", dtype=np.int32)
    n = head["learn"]
    return head, x[:n].copy(), y[:n].copy(), x[n:].copy(), y[n:].copy()


def model(rival, o):
    if rival == "sklearn":
        from sklearn.ensemble import HistGradientBoostingClassifier

        return HistGradientBoostingClassifier(
            max_iter=o["rounds"], learning_rate=o["learningRate"], max_leaf_nodes=o["maxLeaves"], max_depth=None,
            min_samples_leaf=1, l2_regularization=o["l2"], max_bins=255, early_stopping=False, random_state=1)
    if rival == "xgboost":
        import xgboost

        return xgboost.XGBClassifier(
            n_estimators=o["rounds"], learning_rate=o["learningRate"], max_leaves=o["maxLeaves"], max_depth=0,
            grow_policy="lossguide", tree_method="hist", max_bin=255, min_child_weight=1, reg_lambda=o["l2"],
            n_jobs=1, random_state=1)
    if rival == "lightgbm":
        import lightgbm

        return lightgbm.LGBMClassifier(
            n_estimators=o["rounds"], learning_rate=o["learningRate"], num_leaves=o["maxLeaves"], max_bin=255,
            min_child_samples=1, min_child_weight=1, reg_lambda=o["l2"], n_jobs=1, random_state=1, verbose=-1)
    from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

    kind = RandomForestClassifier if rival == "forest" else ExtraTreesClassifier
    return kind(n_estimators=o["trees"], max_features="sqrt", min_samples_leaf=o["minLeafRows"], n_jobs=1,
                random_state=o.get("seed", 1))


def log_loss(proba, y):
    return float(-np.log(np.maximum(proba[np.arange(len(y)), y], 1e-15)).mean())


def contributions(rival, fitted, x):
    if rival == "xgboost":
        import xgboost

        booster, row = fitted.get_booster(), xgboost.DMatrix(x[:1])
        return lambda: booster.predict(row, pred_contribs=True)
    if rival == "lightgbm":
        return lambda: fitted.predict(x[:1], pred_contrib=True)
    return None


def seconds_each(call, least=1.0):
    call()
    start, times = time.process_time(), 0
    while time.process_time() - start < least:
        call()
        times += 1
    return (time.process_time() - start) / times


def run(rival, folder, options):
    head, x, y, x_test, y_test = read(folder)
    fitted = model(rival, options)
    started, wall = time.process_time(), time.perf_counter()
    fitted.fit(x, y)
    train = time.process_time() - started
    wall = time.perf_counter() - wall
    proba = np.zeros((len(y_test), head["classes"]))
    own = fitted.predict_proba(x_test)
    proba[:, fitted.classes_] = own
    # Each is given what it reads without a copy: float32 for XGBoost, float64 for the others.
    batch = x_test[:4000]
    if rival == "xgboost":
        batch = batch.astype(np.float32)
        booster = fitted.get_booster()
        predict = lambda: booster.inplace_predict(batch)  # noqa: E731
    else:
        predict = lambda: fitted.predict_proba(batch)  # noqa: E731
    explain = contributions(rival, fitted, x_test)
    return dict(
        trainCpu=train,
        trainWall=wall,
        logLoss=log_loss(proba, y_test),
        accuracy=float((proba.argmax(axis=1) == y_test).mean()),
        scoreCpuPerRow=seconds_each(predict) / len(batch),
        explainCpu=seconds_each(explain) if explain else None,
    )


def digits(folder):
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    order = np.random.RandomState(1).permutation(len(y))
    os.makedirs(folder, exist_ok=True)
    x[order].astype(np.float64).tofile(f"{folder}/values.f64")
    y[order].astype(np.int32).tofile(f"{folder}/labels.i32")
    head = dict(name="digits", columns=64, classes=10, learn=1198, rows=len(y))
    json.dump(head, open(f"{folder}/table.json", "w"))


if sys.argv[1] == "digits":
    digits(sys.argv[2])
else:
    print(json.dumps(run(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))))
