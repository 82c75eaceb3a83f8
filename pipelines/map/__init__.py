"""The catalogue as a map: a 2-D layout of a release's vectors, clusters and their labels (decision 0020).

layout.py lays out, spreading.py pushes neighbours apart, clusters.py and labels.py find and name the clusters, stage.py
runs them as a stage of the chain. kit/map.py is the format of what is served.
"""
