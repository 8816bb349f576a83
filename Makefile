.DEFAULT_GOAL := help
.PHONY: help demo test chaos check fix bench bench-calls bench-speech soak clean

help: ## what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: ## a customer calls, an agent answers, the report is checked (ARGS="--once --lang zh ...")
	@scripts/demo $(ARGS)

test: ## everything, on what a bare machine has (ARGS=... goes to pytest)
	@scripts/prepare test
	@scripts/test $(ARGS)

chaos: ## the app killed at random under live calls, then the long faults (ARGS="--kills 20 --calls 100 --seed 7 ...")
	@scripts/prepare test
	@scripts/chaos $(ARGS)

check: ## format, lint, types, imports, prompts, names
	@scripts/prepare test
	@scripts/check

fix: ## what check can mend by itself
	@.venv/bin/ruff check --fix . && .venv/bin/ruff format .

bench: ## the benchmarks, printed as ratios
	@scripts/prepare test
	@for each in routing findings store_answers; do .venv/bin/python -m benchmarks.$$each; done

bench-calls: ## what a call costs beside Asterisk alone (ARGS="--rounds 5 --parts --waiting 200,400 --held 200")
	@scripts/prepare core
	@.venv/bin/python -m benchmarks.calls $(ARGS)

bench-speech: ## how well and how soon calls are heard, and whether others notice (ARGS="--text FILE")
	@scripts/prepare core
	@scripts/prepare speech
	@.venv/bin/python -m benchmarks.speech $(ARGS)

soak: ## calls for minutes on end, and a minute of ten times as many (ARGS="--minutes 10 --store both")
	@scripts/prepare test
	@.venv/bin/python -m benchmarks.soak $(ARGS)

clean: ## the venv; caches stay
	@rm -rf .venv
