"""Results for Allure, written by a run itself with ``--allure``: the sentences of the features as steps."""
