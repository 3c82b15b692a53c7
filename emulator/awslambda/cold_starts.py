"""A Python function's process imports botocore only if the function does.

MiniStack imports it in every cold start, to count in a header of AWS calls how often functions have invoked each other: a tenth
of a second of CPU time, five times what is left. Here the header is installed as soon as the function imports
``botocore.session``, without which there is no client.
"""

from ministack.core import lambda_runtime

_WHEN_IMPORTED = """
def _ms_install_with_session(install):
    import importlib.util, sys

    class _Session:
        def find_spec(self, name, path, target=None):
            if name != "botocore.session":
                return None
            sys.meta_path.remove(self)
            spec = importlib.util.find_spec(name)
            if spec is not None:
                execute = spec.loader.exec_module

                def execute_and_install(module):
                    execute(module)
                    install()

                spec.loader.exec_module = execute_and_install
            return spec

    return lambda: sys.meta_path.insert(0, _Session())

_ms_install_invoke_depth = _ms_install_with_session(_ms_install_invoke_depth)
"""


def install() -> None:
    """From now on the workers of Python functions begin without botocore."""
    own = lambda_runtime.INVOKE_DEPTH_BOOTSTRAP
    lambda_runtime._PYTHON_WORKER_SCRIPT = lambda_runtime._PYTHON_WORKER_SCRIPT.replace(own, own + _WHEN_IMPORTED)
