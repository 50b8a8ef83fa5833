"""What a text or column that no map knows most likely is, told with its reason and never applied by itself."""
