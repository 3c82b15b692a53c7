"""CloudWatch alarms on metrics, as the components have them: one period decides, and without data nothing is wrong."""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

PERIOD = 300
"""The evaluation period in seconds."""

KEYS_PERIOD = 1800
"""The evaluation period in seconds for refreshes and the age of keys: after failures they are read every 15 minutes."""

FAILED_REFRESHES = 3
"""The number of failures, of all execution environments together, that are no coincidence. One environment has as many within
three minutes. Its own age says little: it counts from its first request, so environments that do not live long stay young."""


class MetricAlarms:
    """The alarms of the component ``name``, each of which notifies ``topic_arn``, if any, when it goes off and when it ends."""

    def __init__(
        self,
        name: str,
        topic_arn: pulumi.Input[str] | None,
        tags: Mapping[str, pulumi.Input[str]] | None,
        opts: pulumi.ResourceOptions,
    ) -> None:
        self.alarms: dict[str, aws.cloudwatch.MetricAlarm] = {}
        """The alarms by the last part of their names, such as ``errors``."""
        self._name, self._tags, self._opts = name, tags, opts
        self._actions = [] if topic_arn is None else [topic_arn]

    def add(
        self,
        role: str,
        description: str,
        namespace: str,
        metric: str,
        dimensions: Mapping[str, pulumi.Input[str]],
        threshold: float,
        statistic: str = "Sum",
        period: int = PERIOD,
    ) -> None:
        """Create the alarm ``<name>-alarm-<role>``: the metric reaches ``threshold`` within ``period`` seconds."""
        self.alarms[role] = aws.cloudwatch.MetricAlarm(
            f"{self._name}-alarm-{role}",
            alarm_description=f"{self._name}: {description}",
            namespace=namespace,
            metric_name=metric,
            dimensions=dimensions,
            statistic=statistic,
            period=period,
            evaluation_periods=1,
            comparison_operator="GreaterThanOrEqualToThreshold",
            threshold=threshold,
            treat_missing_data="notBreaching",
            alarm_actions=self._actions,
            ok_actions=self._actions,
            tags=self._tags,
            opts=self._opts,
        )
