"""The measure of survival: the simulated programme played through the pipeline and compared with its known truth."""

from cls_pipeline.sample.survival.play import survive
from cls_pipeline.sample.survival.scorecard import scorecard, write_details

__all__ = ["scorecard", "survive", "write_details"]
