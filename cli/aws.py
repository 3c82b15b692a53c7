"""The AWS account and region that a command uses."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

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
        raise error(_NO_REGION) from None
    except ProfileNotFound:
        raise error(_no_profile(options)) from None
    except (IssuerError, BotoCoreError) as fault:
        if isinstance(fault.__cause__, NoCredentialsError):
            raise error(NO_CREDENTIALS) from None
        raise error(str(fault)) from None


@contextmanager
def clients_of(options: argparse.Namespace) -> Iterator[Callable[[str], Any]]:
    """Clients by the names of their services, for the account and region of the options of ``add_aws``; errors without an
    answer of AWS become ``CommandError``."""
    from botocore.exceptions import BotoCoreError, NoCredentialsError, NoRegionError, ProfileNotFound

    try:
        session = session_of(options)
        yield lambda service: session.client(cast("Any", service))
    except NoRegionError:
        raise CommandError(_NO_REGION) from None
    except ProfileNotFound:
        raise CommandError(_no_profile(options)) from None
    except NoCredentialsError:
        raise CommandError(NO_CREDENTIALS) from None
    except BotoCoreError as fault:
        raise CommandError(str(fault)) from None


_NO_REGION = "no AWS region: use --region, AWS_DEFAULT_REGION, or a profile that has one"
NO_CREDENTIALS = "no AWS credentials: use --profile, `aws configure`, or AWS_ACCESS_KEY_ID"


def _no_profile(options: argparse.Namespace) -> str:
    return f"--profile: the profile {options.profile} does not exist: `aws configure list-profiles` lists yours"
