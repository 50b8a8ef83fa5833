"""The briefing: a release as pages that open from disk, for people who do not query.

What is counted, linked or withheld is decided before: these modules read a finished release and nothing else.
"""

from cls_pipeline.briefing.write import write_briefing

__all__ = ["write_briefing"]
