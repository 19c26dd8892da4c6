"""A tiny folder of instances, laid out like the public one."""

from __future__ import annotations

import gzip
from pathlib import Path

MEDIANS = "4 2\n0 0 10 3\n0 1 10 4\n5 0 10 5\n5 1.5 4 5\n"
HESS = "4 4 2 95 105\n0 01001 0.0 0.0 50\n1 01003 0.0 1.0 50\n2 01005 1.0 0.0 52\n3 01007 1.0 1.0 48\n0 1 9\n1 3 9\n3 2 9\n2 0 9\n"
DU = "4\n0 0 0 1 1 1 0\n1 0 2 1 1 1 0\n2 9 0 1 1 1 0\n3 9 2 1 1 1 0\n3\n0 1\n1 3\n3 2\n2 2 0.05 0.05 0.05 0.05\n1 1 1 1\n1 1 1 1\n"
DL = "4\n0 0 0 1 1 1\n1 0 2 1 1 1\n2 9 0 1 1 1\n3 9 2 1 1 1\n3\n0 1\n1 3\n3 2\n2 50 0.05 0.05 0.05\n"


def write_folder(folder: Path) -> Path:
    """Write one instance of each format with a best-known value."""
    for name in ("cpmp/instances", "hess/graphs", "ctdp_du/instances", "ctdp_dl/instances"):
        (folder / name).mkdir(parents=True)
    (folder / "cpmp/instances/tiny.txt").write_text(MEDIANS)
    (folder / "cpmp/best_known.csv").write_text(
        "instance,n,p,objective,target,target_source\ntiny,4,2,sum of floor(Euclid),2,optimal\n"
    )
    (folder / "hess/graphs/county_XX.txt").write_text(HESS)
    (folder / "hess/best_known.csv").write_text(
        "level,state,n,m,k,L,U,model,table_mipgap_pct,rescored_obj_1e6_person_km2,connected_districts\n"
        "county,XX,4,4,2,95,105,hess,0.00,1.2,False\n"
        "county,XX,4,4,2,95,105,lcut,0.00,1.3,True\n"
    )
    (folder / "hess/cut_edges_best_known.csv").write_text(
        "state,level,contiguity,n,k,best_obj,proved_optimal\nXX,county,contig,4,2,2,True\n"
    )
    (folder / "ctdp_du/instances/du-edited.dat").write_text(DU)
    (folder / "ctdp_du/best_known.csv").write_text("instance,n,p,sum_euclid_best_vertex_centre\ndu,4,2,4\n")
    (folder / "ctdp_dl/instances/dl.in.gz").write_bytes(gzip.compress(DL.encode()))
    (folder / "ctdp_dl/best_known.csv").write_text("instance,n,p,ATS_best_diameter\ndl,4,2,2\n")
    return folder
