"""The plan for 10,000 orders a second, by simulation: measured costs in, machines out.

python -m tools.load_plan              the tables on the terminal
python -m tools.load_plan --write      the same into the documents, and the plots beside them
python -m tools.load_plan.measure      measures the costs on this machine anew
"""
