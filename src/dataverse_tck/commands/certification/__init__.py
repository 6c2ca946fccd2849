"""Commands about what a run can be held to by strangers: keys, bundles, signatures, and runs judged again."""
