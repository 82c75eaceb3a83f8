"""segue-pipeline in several processes of torchrun:

    torchrun --standalone --nproc-per-node 2 -m pipelines.distributed refresh playlists.csv tracks.csv

Rank 0 runs the command and writes everything; the others help it to train each graph network
(pipelines/models/data_parallel.py) and end with it.
"""

from pipelines import cli
from pipelines.models import data_parallel, light_gcn


def main() -> None:
    """Runs the command line on rank 0, and trains what it sends on the others."""
    with data_parallel.group() as rank:
        if rank == 0:
            _command()
            data_parallel.send(None)
        else:
            data_parallel.train_received(light_gcn.train_share)


def _command() -> None:
    """Runs the command; one that fails ends this process, and torchrun the others."""
    try:
        cli.main()
    except SystemExit as ended:
        if ended.code:
            raise


if __name__ == "__main__":
    main()
