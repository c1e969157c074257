package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/xuri/excelize/v2"

	"dengji/rules"
)

// catalogueLimit bounds a catalogue's workbook, packed and inflated.
const (
	catalogueLimit    = 64 << 20
	catalogueInflated = 512 << 20
)

// readCatalogue reads a workbook of earlier products (--catalogue). What is
// wrong with the file is wrong use, said in words.
func readCatalogue(path string) (*rules.Catalogue, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, usageError("there is no file %s (--catalogue); give last year's catalogue as .xlsx", path)
	case info.IsDir():
		return nil, usageError("%s is a folder (--catalogue); give the .xlsx itself", path)
	case info.Size() > catalogueLimit:
		return nil, usageError("%s has %d MB (--catalogue), more than %d; keep the sheet with the products only", path, info.Size()>>20, catalogueLimit>>20)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, usageError("%s cannot be read (--catalogue): %v", path, err)
	}
	sheets, err := workbookText(data)
	if err != nil {
		return nil, usageError("%s is no workbook that can be read (--catalogue): %v; save it as .xlsx, without a password", path, err)
	}
	c, err := rules.NewCatalogue(sheets)
	if err != nil {
		return nil, usageError("%s (--catalogue): %v; name the columns 产品名称, 企业名称 and, where there is one, 版本", path, err)
	}
	sum := sha256.Sum256(data)
	c.File, c.SHA256 = filepath.Base(path), hex.EncodeToString(sum[:])
	return c, nil
}

// workbookText is every sheet's cells as they are shown; all cells of a merged
// range have its text. The library has panicked on broken workbooks.
func workbookText(data []byte) (sheets []rules.CatalogueSheet, err error) {
	defer func() {
		if p := recover(); p != nil {
			sheets, err = nil, fmt.Errorf("the workbook is damaged: %v", p)
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: catalogueInflated, UnzipXMLSizeLimit: catalogueInflated})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		if err != nil {
			return nil, fmt.Errorf("sheet %s: %w", name, err)
		}
		merged, err := f.GetMergeCells(name)
		if err != nil {
			return nil, fmt.Errorf("sheet %s: %w", name, err)
		}
		for _, m := range merged {
			if err := fillMerged(rows, m); err != nil {
				return nil, fmt.Errorf("sheet %s: %w", name, err)
			}
		}
		sheets = append(sheets, rules.CatalogueSheet{Name: name, Rows: rows})
	}
	return sheets, nil
}

// fillMerged copies a merged range's text into the rows it covers, in its
// first column: an enterprise that stands beside several products.
func fillMerged(rows [][]string, m excelize.MergeCell) error {
	col, top, err := excelize.CellNameToCoordinates(m.GetStartAxis())
	if err != nil {
		return err
	}
	_, bottom, err := excelize.CellNameToCoordinates(m.GetEndAxis())
	if err != nil {
		return err
	}
	for i := top; i < bottom && i < len(rows); i++ {
		for len(rows[i]) < col {
			rows[i] = append(rows[i], "")
		}
		rows[i][col-1] = m.GetCellValue()
	}
	return nil
}
