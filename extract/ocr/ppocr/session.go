package ppocr

import (
	"errors"
	"fmt"
	"sync"

	ort "github.com/yalue/onnxruntime_go"
)

// environment guards ONNX Runtime's environment, which is one per process
// whatever we do. It is made by the first Open and stays until the process
// ends: unloading the library while its threads wind down is not safe, and a
// second environment could not be made differently anyway.
var environment struct {
	sync.Mutex
	library string
}

// startRuntime loads the library and makes the environment, once a process.
func startRuntime(library string) error {
	environment.Lock()
	defer environment.Unlock()
	if ort.IsInitialized() {
		if environment.library != library {
			return fmt.Errorf("loading ONNX Runtime %s: this process already uses %s", library, environment.library)
		}
		return nil
	}
	ort.SetSharedLibraryPath(library)
	if err := ort.InitializeEnvironment(ort.WithLogLevelError()); err != nil {
		return fmt.Errorf("loading ONNX Runtime %s (version 1.24 or newer is needed): %w", library, err)
	}
	if err := shareArena(); err != nil {
		return fmt.Errorf("setting up ONNX Runtime's memory: %w", err)
	}
	environment.library = library
	return nil
}

// sameAsRequested has an arena grow by what is asked for, not to the next
// power of two.
const sameAsRequested = 1

// shareArena makes one arena for all sessions that is extended by no more
// than is needed. Two workers over 24 pages of scans and photographs held
// 1,158 MB with it, 1,261 MB with ONNX Runtime's own arena for each session, in
// the same time.
func shareArena() error {
	memory, err := ort.GetMemoryInfo()
	if err != nil {
		return err
	}
	arena, err := ort.NewArenaCfg(0, sameAsRequested, -1, -1)
	if err != nil {
		return err
	}
	defer arena.Destroy()
	return ort.CreateAndRegisterAllocator(memory, arena)
}

// session is one model with one input and one output. It may be run by
// several goroutines at once.
type session struct {
	run *ort.DynamicAdvancedSession
}

// openSession loads a model and finds out its input's and output's names. Where
// model is not nil it is taken for what the file holds.
func openSession(path string, model []byte, threads int) (*session, error) {
	in, out, err := tensorNames(path)
	if err != nil {
		return nil, fmt.Errorf("loading model %s: %w", path, err)
	}
	options, err := sessionOptions(threads)
	if err != nil {
		return nil, fmt.Errorf("loading model %s: %w", path, err)
	}
	defer options.Destroy()
	var run *ort.DynamicAdvancedSession
	if model == nil {
		run, err = ort.NewDynamicAdvancedSession(path, []string{in}, []string{out}, options)
	} else {
		run, err = ort.NewDynamicAdvancedSessionWithONNXData(model, []string{in}, []string{out}, options)
	}
	if err != nil {
		return nil, fmt.Errorf("loading model %s: %w", path, err)
	}
	return &session{run: run}, nil
}

// tensorNames reads the names of a model's only input and output. ONNX
// Runtime tells them from a session alone; one that optimises nothing is
// loaded for it, which is quick.
func tensorNames(path string) (in, out string, err error) {
	options, err := ort.NewSessionOptions()
	if err != nil {
		return "", "", err
	}
	defer options.Destroy()
	if err := options.SetGraphOptimizationLevel(ort.GraphOptimizationLevelDisableAll); err != nil {
		return "", "", err
	}
	ins, outs, err := ort.GetInputOutputInfoWithOptions(path, options)
	if err != nil {
		return "", "", err
	}
	if len(ins) != 1 || len(outs) != 1 {
		return "", "", fmt.Errorf("it has %d inputs and %d outputs; a PP-OCR model has one of each", len(ins), len(outs))
	}
	return ins[0].Name, outs[0].Name, nil
}

// sessionOptions keeps a run on the calling thread (pages side by side gain
// more than threads inside one) and memory flat. Over 2,000 lines of widths 40
// to 1,500 with pages between, resident memory stayed at 451 MB with the arena
// and without memory patterns, at 614 MB with both; without the arena it
// jumped between 344 and 694 MB and detection took half as long again.
func sessionOptions(threads int) (*ort.SessionOptions, error) {
	o, err := ort.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	err = errors.Join(
		o.SetIntraOpNumThreads(max(threads, 1)),
		o.SetInterOpNumThreads(1),
		o.SetExecutionMode(ort.ExecutionModeSequential),
		o.SetMemPattern(false),
		o.AddSessionConfigEntry("session.intra_op.allow_spinning", "0"),
		o.AddSessionConfigEntry("session.use_env_allocators", "1"), // shareArena's
	)
	if err != nil {
		o.Destroy()
		return nil, err
	}
	return o, nil
}

// infer runs the model on in, shaped inShape, into out, which must be exactly
// as long as outShape says.
func (s *session) infer(inShape ort.Shape, in []float32, outShape ort.Shape, out []float32) error {
	input, err := ort.NewTensor(inShape, in)
	if err != nil {
		return err
	}
	defer input.Destroy()
	output, err := ort.NewTensor(outShape, out)
	if err != nil {
		return err
	}
	defer output.Destroy()
	return s.run.Run([]ort.Value{input}, []ort.Value{output})
}

// probe runs the model on zeros and returns its output with its shape: the
// way to learn a class count that the file leaves open.
func (s *session) probe(inShape ort.Shape) (ort.Shape, []float32, error) {
	input, err := ort.NewEmptyTensor[float32](inShape)
	if err != nil {
		return nil, nil, err
	}
	defer input.Destroy()
	outputs := []ort.Value{nil}
	if err := s.run.Run([]ort.Value{input}, outputs); err != nil {
		return nil, nil, err
	}
	defer outputs[0].Destroy()
	output, ok := outputs[0].(*ort.Tensor[float32])
	if !ok {
		return nil, nil, errors.New("its output is not a tensor of float32")
	}
	return output.GetShape(), output.GetData(), nil
}

func (s *session) close() error {
	if s == nil {
		return nil
	}
	return s.run.Destroy()
}
