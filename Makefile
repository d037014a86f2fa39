# make run    set-up and the demo (PORT=8080)         make test   set-up and all tests
# make bench  set-up and all measurements             make clean  away with what set-up made
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8080
# -qq: faults are told, warnings are not.
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt -e

.PHONY: run test bench lint clean

run: .venv/ready
	@$(BIN)/xiaohao demo --port $(PORT)

test: .venv/ready-dev lint
	@sh tests/get-browser.sh
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

lint: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: .venv/ready-dev
	$(BIN)/python -m bench

# Debian's python3 comes without the parts that make a virtual environment: fetch them where we may.
.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "需要 Python 3.11 或更高版本（当前 $$($(PYTHON) -V)）"; exit 1; }
	@echo "第一次运行，正在安装所需的软件包，约一两分钟……"
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || sh -c '\
	  echo "安装 python3-venv……"; \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -q && apt-get install -y -q python3-venv; \
	  elif command -v sudo >/dev/null; then sudo apt-get update -q && sudo apt-get install -y -q python3-venv; \
	  else echo "缺 python3-venv，请先安装：apt-get install python3-venv"; exit 1; fi'
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/ready: .venv/made pyproject.toml constraints.txt
	@[ ! -e $@ ] || echo "软件包有变化，正在更新……"
	@$(INSTALL) .
	@touch $@

.venv/ready-dev: .venv/ready
	@echo "正在安装测试用的软件包……"
	@$(INSTALL) '.[dev]'
	@touch $@

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache
