"""What the commands share with the authorizer's.

The one place of the issuer that imports the authorizer, under the name that it has beside this package: in the repository
``authorizer``, in the wheel ``kms_jwt.authorizer``. The rest of the issuer is deployed without it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__ == "issuer.commands":
    from authorizer import keys, terminal
else:
    from ...authorizer import keys, terminal

Parser = terminal.Parser
complain = terminal.complain
public_members = keys.public_members
read_text = terminal.read_text
run = terminal.run
show = terminal.show
