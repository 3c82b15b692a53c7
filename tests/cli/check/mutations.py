"""Each promise, broken once on the emulator, and the rows that must say so.

``python -m tests.cli.check`` shows them as a table.
"""

from .authorizer_mutations import AUTHORIZER_MUTATIONS
from .gateway_mutations import GATEWAY_MUTATIONS
from .key_and_policy_mutations import KEY_AND_POLICY_MUTATIONS

MUTATIONS = (*AUTHORIZER_MUTATIONS, *GATEWAY_MUTATIONS, *KEY_AND_POLICY_MUTATIONS)
