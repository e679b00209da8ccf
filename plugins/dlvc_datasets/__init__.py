"""Built-in data sets: the course's pets, CIFAR-10, folders of images, and embedded toy pets."""

from __future__ import annotations

from dlvc_cli import DatasetSpec, FamilySpec, Param, hookimpl, path

_COPY = Param(
    "path",
    path,
    None,
    help="folder cifar-10-batches-py or archive cifar-10-python.tar.gz; else the user's data "
    "folder, where it is downloaded to",
)


@hookimpl
def dlvc_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            name="pets",
            summary="Cats and dogs of CIFAR-10, 32x32: 7,959 train, 2,041 val, 2,000 test.",
            factory="dlvc_datasets.cifar10:build_pets",
            params=(_COPY,),
            rank=10,
            available="dlvc_datasets.cifar_copy:available",
        ),
        DatasetSpec(
            name="cifar10",
            summary="CIFAR-10, ten classes, 32x32: 40,000 train, 10,000 val, 10,000 test.",
            factory="dlvc_datasets.cifar10:build_cifar10",
            params=(_COPY,),
            available="dlvc_datasets.cifar_copy:available",
        ),
        DatasetSpec(
            name="toy-pets",
            summary="Drawn cat and dog faces, 32x32, made in a second: for first runs and tests.",
            factory="dlvc_datasets.toy_pets:build",
            rank=100,
        ),
    ]


@hookimpl
def dlvc_families() -> list[FamilySpec]:
    return [
        FamilySpec(
            name="folder",
            summary="Image files in train/, val/ and test/, with a folder for each class.",
            of="datasets",
            find="dlvc_datasets.folder:find",
            knows="dlvc_datasets.folder:knows",
            metavar="PATH",
        )
    ]
