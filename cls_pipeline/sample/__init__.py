"""The simulated programme: a true world, the systems that record it, and what they deliver. See `write.write_sample`.

Nothing else in `cls_pipeline` may import this package, save the command line when it is asked for a sample.
"""

from cls_pipeline.sample.write import SampleSummary, catalogue, everything, write_sample

__all__ = ["SampleSummary", "catalogue", "everything", "write_sample"]
