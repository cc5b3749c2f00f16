# Short names for what run.py does.
.PHONY: check demo audit clean
check:
	python3 run.py test
demo:
	python3 run.py
audit:
	python3 run.py audit
clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage findings.*
