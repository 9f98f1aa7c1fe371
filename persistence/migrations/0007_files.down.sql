drop table uploaded_files;
