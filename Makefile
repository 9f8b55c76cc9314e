# The commands of the project. Each one sets the machine up first, so that a fresh clone needs only `make` and apt.
.PHONY: help run test test-all test-asan test-tsan prove clients prove-clients bench bench-cluster format lint clean setup setup-browser setup-cluster services services-stop run-cluster run-monitoring package check-package check-compose check-deploy rehearse-kubernetes check-terraform check-actions pin-images sbom check-dependencies screenshots lighthouse
.DEFAULT_GOAL := help

JOBS ?= $(shell nproc)
SANITIZED_LABELS := '^(unit|contract|race|tls)$$'
SOURCES = $(shell git ls-files '*.cpp' '*.hpp')
# The files of `make lint`: FILES=… or else every .cpp that differs from the last commit but one.
FILES ?= $(shell git diff --name-only --diff-filter=d HEAD~ -- '*.cpp')

help:
	@echo 'make run        build and sell three demo concerts on http://127.0.0.1:8080'
	@echo 'make test       release build, every suite that needs no servers'
	@echo 'make test-all   these and the suites of the cluster profile, with MariaDB, Redis and Kafka that they start themselves'
	@echo 'make test-asan  unit, contract, race and TLS suites under AddressSanitizer and UBSan (test-tsan: ThreadSanitizer)'
	@echo 'make services   start MariaDB, Redis with Sentinel and Kafka for the cluster profile (services-stop: end them)'
	@echo 'make run-cluster  two servers on them behind haproxy, on http://127.0.0.1:8080'
	@echo 'make run-monitoring  Prometheus and Alertmanager that watch them, or the server of make run (PODS=… for others)'
	@echo 'make package    a Debian package of this machine'"'"'s release, into build/package (check-package: installs, upgrades and purges it in a chroot, as root)'
	@echo 'make sbom       what is in the program (CycloneDX) and third-party notices; make check-dependencies: known faults, from osv.dev'
	@echo 'make check-deploy  the Helm chart without a cluster: lint, schemas of three Kubernetes minors, kube-score'
	@echo 'make check-terraform  what deploys to AWS, as far as it can be checked without AWS; make check-actions: the workflows of GitHub'
	@echo 'make rehearse-kubernetes  the Helm chart on a real API server with played nodes, as root: installed, scaled, rolled, drained'
	@echo 'make pin-images  pins the container images of the compose files and the Dockerfile to what their tags are now'
	@echo 'make prove      the long rounds: thousands of simulator seeds, a hundred crashes'
	@echo 'make clients    Python, TypeScript, Java and Kotlin clients made from docs/openapi.yml buy a seat; Kafka clients read the events'
	@echo 'make bench      how fast, beside the limits of this machine; rewrites bench/RESULTS.md (QUICK=1: a short look)'
	@echo 'make bench-cluster  the same of the cluster profile; rewrites bench/RESULTS-cluster.md'
	@echo 'make format     clang-format everything; make lint: clang-tidy what changed, or FILES=…'
	@echo 'make screenshots  pictures of every page, into docs/screens'
	@echo 'make lighthouse   Lighthouse over the buyer pages; fails below 95 (needs a quiet machine)'
	@echo 'make clean      remove build/'

setup:
	@tools/setup.sh

setup-browser:
	@tools/setup.sh browser

setup-cluster:
	@tools/setup.sh cluster

# The cluster profile's own MariaDB, Redis and Kafka on this machine, on the ports of compose.yml; their addresses are in
# build/services/services.env.
services: setup-cluster
	@tools/services.py start --local

services-stop:
	@tools/services.py stop

run-cluster: setup-cluster
	@mkdir -p build && cmake --preset release >build/configure.log || { cat build/configure.log; exit 1; }
	@cmake --build --preset release --parallel $(JOBS) --target frontrow
	@exec tools/run_cluster.py

# Real ones, with the alerts of deploy/prometheus, until Ctrl-C.
run-monitoring:
	@tools/setup.sh monitoring
	@exec tools/monitoring.py run $(if $(PODS),--pods $(PODS))

# What is in the program, read off the build.
sbom: setup
	@mkdir -p build && cmake --preset release >build/configure.log || { cat build/configure.log; exit 1; }
	@cmake --build --preset release --parallel $(JOBS) --target frontrow
	@tools/sbom.py build/release --out build/frontrow.cdx.json --notices build/THIRD-PARTY-NOTICES.txt

check-dependencies: sbom
	@tools/check_dependencies.py build/frontrow.cdx.json

package: sbom
	@cd build/release && cpack -B ../package

check-package: package
	@python3 tests/deploy/package_test.py build/package

check-compose:
	@tools/check_compose.sh

# The chart without a cluster. The first time builds helm and kube-score.
check-deploy:
	@tools/kubernetes/tools.sh check
	@tools/kubernetes/check_chart.py

# Terraform as far as it goes without AWS: format, validation, tests and linters; docs/operations/terraform.md.
check-terraform:
	@tools/terraform/check.py

check-actions:
	@tools/actions/check.sh

# The chart on a real API server, with played nodes. The first time builds Kubernetes.
rehearse-kubernetes: setup-cluster
	@tools/kubernetes/tools.sh cluster
	@mkdir -p build && cmake --preset release >build/configure.log || { cat build/configure.log; exit 1; }
	@cmake --build --preset release --parallel $(JOBS) --target frontrow
	@tools/kubernetes/rehearse.py

# Container images get the digest that their registry has for the tag now; needs a way to the registry.
pin-images:
	@tools/pin_images.py

run: setup
	@mkdir -p build && cmake --preset release >build/configure.log || { cat build/configure.log; exit 1; }
	@cmake --build --preset release --parallel $(JOBS) --target frontrow
	@exec build/release/frontrow serve --demo --allowed-hosts localhost,127.0.0.1

# Everything that needs no servers: rules, the embedded store, HTTP, the simulator, crashes, and the pages on the
# embedded profile.
test: setup-browser
	cmake --preset release
	cmake --build --preset release --parallel $(JOBS) --target local_tests
	ctest --preset release --label-exclude '^(prove|deploy|cluster)$$' --parallel $(JOBS) --timeout 600

test-all:
	@tools/setup.sh browser cluster monitoring
	cmake --preset release
	cmake --build --preset release --parallel $(JOBS)
	ctest --preset release --label-exclude '^(prove|deploy)$$' --parallel $(JOBS) --timeout 600

test-asan test-tsan: test-%: setup-cluster
	cmake --preset $*
	cmake --build --preset $* --parallel $(JOBS) --target sanitized_tests
	ctest --preset $* --label-regex $(SANITIZED_LABELS) --parallel $(JOBS) --timeout 1200

prove: setup-browser setup-cluster
	cmake --preset release
	cmake --build --preset release --parallel $(JOBS)
	FRONTROW_PROVE=1 ctest --preset release --label-regex '^(sim|race|http|crash|failover|prove)$$' --timeout 14400

# Clients in other languages, made from docs/openapi.yml, and Kafka's: long builds, so not part of the suites.
clients prove-clients:
	@tools/setup.sh cluster clients
	cmake --preset release
	cmake --build --preset release --parallel $(JOBS) --target frontrow
	python3 tests/clients/run.py build/release/frontrow
	python3 tests/clients/kafka.py build/release/frontrow

BENCH_PROGRAMS = frontrow frontrow-bench bare_server raw_sqlite fdatasync_loop

bench:
	@tools/setup.sh bench
	@mkdir -p build && cmake --preset release >build/configure.log || { cat build/configure.log; exit 1; }
	@cmake --build --preset release --parallel $(JOBS) --target $(BENCH_PROGRAMS)
	@python3 bench/run.py $(if $(QUICK),--quick)
	@$(if $(QUICK),true,tools/sizing.py --write)

bench-cluster: setup-cluster
	@mkdir -p build && cmake --preset release >build/configure.log || { cat build/configure.log; exit 1; }
	@cmake --build --preset release --parallel $(JOBS) --target frontrow frontrow-bench mysql_bench
	@python3 bench/cluster.py $(if $(QUICK),--quick)
	@$(if $(QUICK),true,tools/sizing.py --write)

format: setup
	clang-format-19 -i $(SOURCES)

lint: setup
	@cmake --preset asan >/dev/null
	@test -z '$(strip $(FILES))' || clang-tidy-19 -p build/asan --quiet $(FILES)
	@python3 tools/check_includes.py

screenshots: setup-browser
	cmake --preset release
	cmake --build --preset release --parallel $(JOBS) --target frontrow
	cd web/pages && FRONTROW_BINARY="$(CURDIR)/build/release/frontrow" npm run --silent screenshots

lighthouse:
	@tools/setup.sh lighthouse
	cmake --preset release
	cmake --build --preset release --parallel $(JOBS) --target frontrow
	cd web/lighthouse && FRONTROW_BINARY="$(CURDIR)/build/release/frontrow" node run.mjs

# Running services would outlive the record of them.
clean:
	@for each in build/services build/*/services; do [ ! -e $$each/processes.json ] || tools/services.py stop --dir $$each; done
	rm -rf build
