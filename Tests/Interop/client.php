<?php
// Calls a replica from its WSDL alone, with PHP's SoapClient. Usage: php client.php http://127.0.0.1:8101
ini_set('soap.wsdl_cache_enabled', '0');

function check(bool $holds, string $what): void
{
    if (!$holds) {
        fwrite(STDERR, "not so: $what\n");
        exit(1);
    }
}

$store = new SoapClient($argv[1] . '/KeyValueStore.svc?wsdl');

$put = $store->Put(['key' => 'colour', 'value' => "blue \x00\xff"])->PutResult;
check($put->Revision > 0, 'Put answers a revision');
$got = $store->Get(['key' => 'colour'])->GetResult;
check($got->Found && $got->Value === "blue \x00\xff", 'Get finds what Put wrote');
$contains = $store->ContainsKey(['key' => 'colour', 'consistency' => 'Serializable'])->ContainsKeyResult;
check($contains->Found, 'ContainsKey finds it');

$session = $store->OpenSession()->OpenSessionResult->Session;
$identity = ['Session' => $session, 'Sequence' => 1];
check($store->Delete(['key' => 'colour', 'identity' => $identity])->DeleteResult->Found, 'Delete finds it');
check(!$store->ContainsKey(['key' => 'colour'])->ContainsKeyResult->Found, 'it is gone');

$batch = $store->Batch(['operations' => [
    ['Kind' => 'Put', 'Key' => 'batched', 'Value' => '1'],
    ['Kind' => 'Delete', 'Key' => 'nobody'],
]])->BatchResult;
check(count($batch->Operations->BatchOperationReply) === 2, 'Batch answers for each operation');
check($store->Get(['key' => 'batched'])->GetResult->ModificationRevision == $batch->Revision, 'Get finds what Batch wrote');

$stand = $store->Watch(['key' => '', 'isPrefix' => true])->WatchResult;
check($stand->CompleteThrough == $batch->Revision, 'Watch says where the store stands');
$told = $store->Watch(['key' => 'colour', 'fromRevision' => 1, 'waitMilliseconds' => 0])->WatchResult->Changes->KeyChange;
check(count($told) === 2 && $told[0]->Value === "blue \x00\xff" && $told[1]->Kind === 'Delete', 'Watch tells what changed');

$transact = $store->Transact([
    'comparisons' => [['Kind' => 'Value', 'Key' => 'batched', 'Value' => '1'], ['Kind' => 'Version', 'Key' => 'nobody', 'Number' => 0]],
    'then' => [['Kind' => 'Put', 'Key' => 'batched', 'Value' => '2']],
])->TransactResult;
check($transact->Held && $transact->Revision == $batch->Revision + 1, 'Transact writes where its comparisons hold');
$transact = $store->Transact(['comparisons' => [['Kind' => 'Missing', 'Key' => 'batched']], 'then' => []])->TransactResult;
check(!$transact->Held, 'Transact says that they do not hold');

try {
    $store->Put(['key' => '', 'value' => '']);
    check(false, 'an empty key is refused');
} catch (SoapFault $fault) {
    check(str_ends_with($fault->faultcode, 'InvalidRequest'), "code $fault->faultcode");
    check($fault->detail->InvalidRequestFault->Field === 'key', 'the fault names the key');
}

if (str_contains(file_get_contents($argv[1] . '/KeyValueStore.svc?wsdl'), '/wsdl/soap12/')) {
    $soap12 = new SoapClient($argv[1] . '/KeyValueStore.svc?wsdl', ['soap_version' => SOAP_1_2]);
    check($soap12->Put(['key' => 'soap12', 'value' => '1'])->PutResult->Revision > 0, 'Put over SOAP 1.2');
}

echo "interop ok\n";
