// replaced by the module
int main() { return 0; }
