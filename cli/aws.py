"""The AWS account and region that a command uses."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .command import CommandError

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_kms import KMSClient


def add_aws(command: argparse.ArgumentParser) -> None:
    """Add the options for the AWS account and region."""
    command.add_argument("--profile", help="AWS profile, which may specify a role to assume")
    command.add_argument("--region", help="AWS region")


def session_of(options: argparse.Namespace) -> "boto3.Session":
    """The session for the options of ``add_aws``. Raises ``BotoCoreError``."""
    # Imported only here: it takes longer than everything else that a command does without KMS.
    import boto3

    return boto3.Session(profile_name=options.profile, region_name=options.region)


@contextmanager
def kms_of(options: argparse.Namespace, error: type[CommandError] = CommandError) -> Iterator["KMSClient"]:
    """A KMS client for the account and region of the options of ``add_aws``; its errors become those of type ``error``."""
    from botocore.exceptions import BotoCoreError, NoCredentialsError, NoRegionError, ProfileNotFound

    from .packages.issuer import IssuerError, kms_client

    try:
        yield kms_client(session_of(options))
    except NoRegionError:
        raise error("no AWS region: use --region, AWS_DEFAULT_REGION, or a profile that has one") from None
    except ProfileNotFound:
        raise error(
            f"--profile: the profile {options.profile} does not exist: `aws configure list-profiles` lists yours"
        ) from None
    except (IssuerError, BotoCoreError) as fault:
        if isinstance(fault.__cause__, NoCredentialsError):
            raise error("no AWS credentials: use --profile, `aws configure`, or AWS_ACCESS_KEY_ID") from None
        raise error(str(fault)) from None
