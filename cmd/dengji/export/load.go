package export

import (
	"context"
	"runtime"
	"sync"

	"dengji/cmd/dengji/store"
	"dengji/rules"
)

// Records reads the records of these submissions from the database, in their
// order; of all that are not gone where ids is nil, by id.
func Records(ctx context.Context, st *store.Store, ids []string) ([]*rules.Record, error) {
	if ids == nil {
		infos, err := st.Records(ctx)
		if err != nil {
			return nil, err
		}
		for _, info := range infos {
			ids = append(ids, info.ID)
		}
	}
	records, errs := make([]*rules.Record, len(ids)), make([]error, len(ids))
	work := make(chan int)
	var wg sync.WaitGroup
	for range runtime.NumCPU() {
		wg.Go(func() {
			for i := range work {
				records[i], errs[i] = st.Record(ctx, ids[i])
			}
		})
	}
	for i := range ids {
		work <- i
	}
	close(work)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return records, nil
}

// NewBook reads from the database what a workbook of all records is made of,
// but for the page pictures. What was decided is read before the records: a
// word that comes in between makes the reviewer look again, and is not passed
// over.
func NewBook(ctx context.Context, st *store.Store, forms *rules.Forms) (*Book, error) {
	b := &Book{Forms: forms}
	var err error
	if b.Last, err = st.LastDecisions(ctx); err != nil {
		return nil, err
	}
	if b.Records, err = Records(ctx, st, nil); err != nil {
		return nil, err
	}
	if b.Pictures, err = st.Pictures(ctx); err != nil {
		return nil, err
	}
	return b, nil
}
