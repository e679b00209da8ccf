"""Built-in metrics: of the classes that are named, and of the probabilities that are given."""

from __future__ import annotations

from dlvc_cli import MetricSpec, Param, hookimpl

_NOT_FINITE = "the network gives no finite numbers for an image"


@hookimpl
def dlvc_metrics() -> list[MetricSpec]:
    return [
        MetricSpec(
            name="accuracy",
            summary="Share of the images that are classified right.",
            aliases=("acc",),
            factory="dlvc_metrics.of_classes:accuracy",
            greater_is_better=True,
            low=0.0,
            high=1.0,
        ),
        MetricSpec(
            name="balanced_accuracy",
            summary="Recall, averaged over the classes that occur.",
            factory="dlvc_metrics.of_classes:balanced_accuracy",
            greater_is_better=True,
            low=0.0,
            high=1.0,
        ),
        MetricSpec(
            name="macro_f1",
            summary="F1, the harmonic mean of precision and recall, averaged over classes.",
            aliases=("f1",),
            factory="dlvc_metrics.of_classes:macro_f1",
            greater_is_better=True,
            low=0.0,
            high=1.0,
        ),
        MetricSpec(
            name="auroc",
            summary="Area under the ROC curve; of more than two classes, each against the rest.",
            aliases=("auc", "roc_auc"),
            factory="dlvc_metrics.of_probabilities:auroc",
            undefined=f"fewer than two classes occur, or {_NOT_FINITE}",
            greater_is_better=True,
            low=0.0,
            high=1.0,
        ),
        MetricSpec(
            name="log_loss",
            summary="Mean of -log p, p being the probability of the true class.",
            aliases=("nll",),
            factory="dlvc_metrics.of_probabilities:log_loss",
            undefined=_NOT_FINITE,
            greater_is_better=False,
            low=0.0,
        ),
        MetricSpec(
            name="ece",
            summary="Expected calibration error: how far confidence is from accuracy, in bins.",
            factory="dlvc_metrics.of_probabilities:ece",
            params=(Param("bins", int, 15, "how many bins of equal width", low=1),),
            undefined=_NOT_FINITE,
            greater_is_better=False,
            low=0.0,
            high=1.0,
        ),
    ]
