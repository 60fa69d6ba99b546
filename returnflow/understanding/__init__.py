"""From what was said to what was meant.

Pure: no Flask, SQL, Redis, HTTP, clock or settings. scikit-learn trains (`make train`); the app runs exported weights.
"""
