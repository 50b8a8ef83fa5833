"""What a release offers beside its database, each part made from the finished database and from nothing else."""
