"""The AWS account and region that a command uses."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .command import CommandError

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient


def add_aws(command: argparse.ArgumentParser) -> None:
    """Add the options for the AWS account and region."""
    command.add_argument("--profile", help="AWS profile, which may specify a role to assume")
    command.add_argument("--region", help="AWS region")


@contextmanager
def kms_of(options: argparse.Namespace) -> Iterator["KMSClient"]:
    """A KMS client for the account and region given by the options of ``add_aws``; its errors become ``CommandError``."""
    # Imported only here: it takes longer than everything else that a command does without KMS.
    import boto3
    from botocore.exceptions import BotoCoreError, NoRegionError

    from .packages.issuer import IssuerError, kms_client

    try:
        yield kms_client(boto3.Session(profile_name=options.profile, region_name=options.region))
    except NoRegionError:
        raise CommandError("no AWS region: use --region, AWS_DEFAULT_REGION, or a profile that has one") from None
    except (IssuerError, BotoCoreError) as fault:
        raise CommandError(str(fault)) from None
