"""What the commands share with the authorizer's.

The one place of the issuer that imports the authorizer, under the name that it has beside this package: in the repository
``authorizer``, in the wheel ``kms_jwt.authorizer``. The rest of the issuer is deployed without it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__ == "issuer.commands":
    from authorizer import keys, terminal
else:
    from ...authorizer import keys, terminal

PUBLIC_MEMBERS = keys.PUBLIC_MEMBERS
Parser = terminal.Parser
complain = terminal.complain
read_text = terminal.read_text
run = terminal.run
show = terminal.show
