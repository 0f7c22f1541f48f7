def group(record):
    print(record)
