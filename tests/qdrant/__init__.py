"""A stand-in for a Qdrant server: a process that answers the gRPC calls of our adapters as Qdrant's protobufs describe.

It is not Qdrant. The messages are those of qdrant-client's own protobufs, the engine is qdrant-edge, the same Rust
engine that Qdrant's server has inside. What it shows: that our requests can be read, and mean what we mean by them.
What it cannot show: a cluster, replication, snapshots, authentication, limits of a server, or its speed. Calls that no
adapter makes answer UNIMPLEMENTED.

    python -m tests.qdrant PORT FOLDER      gRPC at PORT + 1, as Qdrant has 6333 and 6334
"""
