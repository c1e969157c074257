# dengji. `make demo` shows it at work, `make test` tests it, `make help` lists
# the rest. Every target can be called again and again; what is done is not
# done twice.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

BUILD_DEPS := g++ libtesseract-dev libleptonica-dev tesseract-ocr tesseract-ocr-chi-sim
# What the sample generator and its tests draw with.
FONT_DEPS  := fonts-noto-cjk fonts-arphic-gbsn00lp fonts-arphic-gkai00mp fonts-cwtex-fs fonts-dejavu-core
# What the review page is tested in.
BROWSER_DEPS := chromium
# What the recogniser is tuned with, and the fonts of the lines it learns from,
# besides those above. Debian's own Python sees Debian's packages.
FINETUNE_DEPS  := python3-torch python3-onnx python3-numpy python3-opencv python3-pil python3-fonttools \
	python3-jieba libopenblas0-pthread
FINETUNE_FONTS := fonts-noto-cjk-extra fonts-babelstone-han fonts-cns11643-sung fonts-cns11643-kai \
	fonts-lxgw-wenkai fonts-wqy-zenhei fonts-wqy-microhei fonts-droid-fallback fonts-liberation \
	fonts-crosextra-carlito fonts-crosextra-caladea fonts-freefont-ttf fonts-inconsolata
FINETUNE       := OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3
# What opens the workbooks that tests export, as people's office programs do.
OFFICE_DEPS := libreoffice-calc-nogui
# What the examples of docs/INTEGRATION.md run.
EXAMPLE_DEPS := curl jq sqlite3 python3

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0

# The seed of the accuracy sets. It is used for nothing else: what is tuned is
# tuned on other seeds, and what was looked at is measured on another one.
ACCURACY_SEED  ?= 616161
ACCURACY_COUNT ?= 100
# The four sets of the table, and two outside it: pages of all four that lie on
# a side or upside down, and pages that are hard on purpose.
ACCURACY_SETS  := clean office poor phone turned harsh
# Submissions of each planted set; companies of the flat folder, three files each.
PLANT_COUNT    ?= 60
FLAT_COUNT     ?= 20
FUZZTIME       ?= 30s

# How often a run is killed, and how many documents a soak has.
KILLS ?= 300
SOAK  ?= 2000

.PHONY: help demo build models deps fonts office browser tools test race lint vuln accuracy contradictions bench reviewbench peers kill soak microbench fuzz torch finetune finetune-test clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: deps build models ## install what is missing, build, read the samples, show the result
	@status=0; bin/dengji run fixtures/samples/inbox -o demo-out || status=$$?; \
	if [ $$status -ne 0 ] && [ $$status -ne 3 ]; then exit $$status; fi; \
	echo; echo "look at: demo-out/records/*.json (one per submission), demo-out/run.json (every file)"; \
	echo "review:  bin/dengji review demo-out --open"; \
	echo "measure: bin/dengji eval demo-out --truth fixtures/samples/truth"

build: ## build bin/dengji
	@.ci/deps --check g++ libtesseract-dev libleptonica-dev
	@go build -o bin/dengji ./cmd/dengji

models: ## fetch the PP-OCR models and ONNX Runtime into bin/models
	@extract/ocr/fetch-models bin/models || \
		echo "models are missing: dengji reads with Tesseract alone, which gets fewer values right" >&2

deps: ## install the Debian packages that are missing
	@.ci/deps $(BUILD_DEPS)

fonts: ## install the fonts that samples are drawn with
	@.ci/deps $(FONT_DEPS)

browser: ## install the browser that the review page is tested in
	@.ci/deps $(BROWSER_DEPS)

office: ## install the office program that workbooks are tested in
	@.ci/deps $(OFFICE_DEPS)

tools: ## install what the examples of docs/INTEGRATION.md run
	@.ci/deps $(EXAMPLE_DEPS)

test: deps fonts browser office tools models ## run the tests
	@go test -timeout 20m ./...

race: deps models ## run the tests of what is concurrent with the race detector
	@go test -race ./cmd/dengji/batch ./cmd/dengji/store
	@go test -race -run 'Hook|Slow|GivenUp|Order|Waiting|Reading|TooMany' ./cmd/dengji/serve
	@go test -race -run 'Pulse|Presence|FilesFollow|WriterWaits' ./cmd/dengji/review
	@go test -race -run SideBySide ./extract/open

lint: deps ## gofmt, go vet, import table, staticcheck
	@unformatted=$$(gofmt -l cmd extract fixtures normalize rules); \
	if [ -n "$$unformatted" ]; then echo "not gofmt'ed:"; echo "$$unformatted"; exit 1; fi
	@go vet ./...
	@go test -run '^TestImport' ./cmd/dengji
	@go run $(STATICCHECK) ./...

vuln: ## known vulnerabilities in what we use (asks Go's database)
	@go run $(GOVULNCHECK) ./...

accuracy: at = accuracy/$(ACCURACY_SEED)-$(ACCURACY_COUNT)
accuracy: deps fonts build models ## generate sets with known truth, read and measure them
	@n=$$(( $(ACCURACY_COUNT) / 4 )); mkdir -p $(at)/out; \
	for set in $(ACCURACY_SETS); do \
		dir=$(at)/$$set; out=$(at)/out/$$set; sets=$$set; turn=; \
		if [ $$set = turned ]; then sets=clean,office,poor,phone; turn=-rotate; fi; \
		[ -e $$dir/made ] || { rm -rf $$dir; \
			go run ./fixtures/gen -out $$dir -seed $(ACCURACY_SEED) -count $$n -sets $$sets $$turn -scan-only; touch $$dir/made; }; \
		rm -rf $$out; \
		status=0; bin/dengji run $$dir/inbox -o $$out >$$dir/run.txt 2>$$dir/run.log || status=$$?; \
		[ $$status -eq 0 ] || [ $$status -eq 3 ] || { cat $$dir/run.log; exit $$status; }; \
		echo; echo "== $$set: $$n submissions, seed $(ACCURACY_SEED), scans alone"; \
		bin/dengji eval $$out --truth $$dir/truth; \
	done
	@$(MAKE) --no-print-directory contradictions
	@echo; echo "== scans alone, all sets, seed $(ACCURACY_SEED)"
	@bin/dengji eval $(foreach set,$(ACCURACY_SETS),$(at)/out/$(set) --truth $(at)/$(set)/truth)

contradictions: deps fonts build models ## planted contradictions, scans with a copy beside them, a flat folder
	@mkdir -p accuracy
	@measure() { \
		name=$$1; count=$$2; shift 2; dir=accuracy/$$name-$(ACCURACY_SEED)-$$count; \
		[ -e $$dir/made ] || { rm -rf $$dir; go run ./fixtures/gen -out $$dir -seed $(ACCURACY_SEED) -count $$count "$$@"; touch $$dir/made; }; \
		rm -rf $$dir/out; catalogue=; [ ! -e $$dir/catalogue.xlsx ] || catalogue="--catalogue $$dir/catalogue.xlsx"; \
		status=0; bin/dengji run $$dir/inbox -o $$dir/out $$catalogue >$$dir/run.txt 2>$$dir/run.log || status=$$?; \
		[ $$status -eq 0 ] || [ $$status -eq 3 ] || { cat $$dir/run.log; exit $$status; }; \
		echo; echo "== $$name: $$count submissions, seed $(ACCURACY_SEED)"; \
		bin/dengji eval $$dir/out --truth $$dir/truth; \
	}; \
	measure planted-clean $(PLANT_COUNT) -sets clean,office -plant all -products 1; \
	measure planted-poor $(PLANT_COUNT) -sets poor,phone -plant all -products 1; \
	measure flat $(FLAT_COUNT) -sets clean,office,poor,phone -pack pdf -with-copy -products 1 -no-reports -flat

bench: deps fonts build models ## the whole program by stage, against the models and the tesseract command line; the workbook
	@go test -run '^$$' -bench 'WholeProgram|Workbook' -benchtime 1x -timeout 30m ./cmd/dengji | grep -v -e '^[A-Z]' -e '^goos' -e '^goarch' -e '^pkg' -e '^cpu'

reviewbench: deps fonts browser ## what a reviewer waits for, on 500 submissions: a key, a page, a decision
	@go test -run '^$$' -bench 'Key|Load|Decide' -benchtime 60x ./cmd/dengji/review | grep Benchmark

peers: deps fonts build models ## speed and accuracy beside tesseract, OCRmyPDF and an npm wrapper, which this installs
	@fixtures/peers/compare

microbench: deps models ## Go benchmarks of single functions
	@go test -run '^$$' -bench . -benchmem ./extract/... ./normalize/... ./rules/... | grep -v 'no test files'

fuzz: ## every fuzz target, FUZZTIME each
	@.ci/fuzz $(FUZZTIME)

kill: ## kill runs at random moments (KILLS times); what comes out must not differ
	@KILLS=$(KILLS) go test -count 1 -timeout 60m -v -run '^TestKilledAtRandom$$' ./cmd/dengji/batch

soak: ## one run of SOAK documents; memory must stay flat
	@SOAK=$(SOAK) go test -count 1 -timeout 60m -v -run '^TestSoak$$' ./cmd/dengji/batch

torch: fonts ## install what the recogniser is tuned with
	@.ci/deps $(FINETUNE_DEPS) $(FINETUNE_FONTS)

finetune: torch models ## train the recogniser further for 75 minutes; writes extract/ocr/ppocr/recognition.delta
	@$(FINETUNE) extract/ocr/finetune/train.py --models bin/models --work accuracy/finetune \
		--out extract/ocr/ppocr/recognition.delta

finetune-test: torch models ## test what trains it
	@cd extract/ocr/finetune && $(FINETUNE) -m unittest

clean: ## remove what was built and generated; fetched models stay in the user's cache
	rm -rf bin demo-out accuracy
