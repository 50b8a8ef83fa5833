"""`python -m cls_pipeline.cli`."""

from cls_pipeline.cli import app

app(prog_name="cls")
