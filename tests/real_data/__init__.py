"""Facts about real published data, shown on a nightly load of it. Read independently of the pipeline in `published`."""
