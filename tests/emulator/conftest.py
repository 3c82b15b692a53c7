import warnings

import pulumi_aws

from emulator.testing import bench, ministack

__all__ = ["bench", "ministack"]

with warnings.catch_warnings():
    # Whoever imports these first is warned of deprecated resource types that nobody here uses.
    warnings.simplefilter("ignore", DeprecationWarning)
    _imported = (pulumi_aws.lambda_.Function, pulumi_aws.s3.Bucket)
