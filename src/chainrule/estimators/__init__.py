"""estimators: array -> model. Scikit-learn's two-line face on plan, engine and run, without its refusals."""
