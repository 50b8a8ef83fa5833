"""cls_pipeline: from what the sites deliver to series that survive changes of local ICT systems.

Data flows one way: deliveries, conformed records, facts, marts, release. See docs/architecture.md.
"""

__version__ = "0.1.0"
