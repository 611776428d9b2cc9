"""batches: numbers -> batches

Rows in a drawn order, masks, the three parts, start weights: every random draw of Chainrule is here.
"""
